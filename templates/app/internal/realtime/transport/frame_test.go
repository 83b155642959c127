package transport

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendFrame(t *testing.T) {
	for _, x := range []struct {
		t      MessageType
		size   int
		header []byte
	}{
		{Text, 0, []byte{0x81, 0}},
		{Binary, 125, []byte{0x82, 125}},
		{Text, 126, []byte{0x81, 126, 0, 126}},
		{Text, 65535, []byte{0x81, 126, 0xff, 0xff}},
		{Binary, 65536, []byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
	} {
		p := bytes.Repeat([]byte("x"), x.size)
		got := AppendFrame([]byte("before"), x.t, p)
		want := append(append([]byte("before"), x.header...), p...)
		if !bytes.Equal(got, want) {
			t.Errorf("%d bytes: header % x, want % x", x.size, got[:len("before")+len(x.header)], want[:len("before")+len(x.header)])
		}
		if !wholeMessages(got[len("before"):]) || wholeMessages(got[len("before"):len(got)-1]) {
			t.Errorf("%d bytes: wholeMessages does not know where it ends", x.size)
		}
	}
}

func TestWholeMessages(t *testing.T) {
	for _, x := range []struct {
		bytes string
		want  bool
	}{
		{"", true},
		{"\x81", false},
		{"\x81\x01x", true},
		{"\x01\x01x", false},                 // more fragments are to come
		{"\x01\x01x\x8a\x00", false},         // a pong between them
		{"\x01\x01x\x8a\x00\x80\x01x", true}, // the last of them
		{"\x81\x01x\x81", false},
		{"\x81\x7e\x00", false},
	} {
		if got := wholeMessages([]byte(x.bytes)); got != x.want {
			t.Errorf("wholeMessages(%q) = %v", x.bytes, got)
		}
	}
}

func TestCutReason(t *testing.T) {
	for _, s := range []string{"", "bye", strings.Repeat("x", 500), "a\xffb", strings.Repeat("\xff", 500)} {
		if got := cutReason(s); len(got) > 123 || !utf8.ValidString(got) {
			t.Errorf("cutReason(%q) = %q", s, got)
		}
	}
	for i := 0; i < 4; i++ { // a character of 4 bytes that ends before, in and behind the limit
		s := strings.Repeat("x", i) + strings.Repeat("😀", 100)
		if got := cutReason(s); !utf8.ValidString(got) || len(got) < 120 || !strings.HasPrefix(s, got) {
			t.Errorf("cutReason of %d bytes and emoji = %q", i, got)
		}
	}
}

func ExampleCloseError() {
	fmt.Println(&CloseError{Code: CloseRestart, Reason: "restart"})
	fmt.Println(&CloseError{Code: CloseNoStatus})
	// Output:
	// websocket closed: 1012 restart
	// websocket closed: 1005
}
