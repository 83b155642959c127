package transport_test

import (
	"testing"

	transport "github.com/wsgen/wsgen/templates/app/internal/realtime/transport/gorilla"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

func TestConformance(t *testing.T) { transporttest.Run(t, transport.NewServer) }

func BenchmarkConn(b *testing.B) { transporttest.Bench(b, transport.NewServer) }
