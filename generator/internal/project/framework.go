package project

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// frameworks fits imports of what serves on its own, with routers that wsgen has
// no adapter for. Other packages of them, such as a validator, say nothing.
var frameworks = regexp.MustCompile(`^(` + strings.Join([]string{
	`github.com/go-kratos/kratos(/v\d+)?(/transport/http)?`,
	`github.com/zeromicro/go-zero/rest`,
	`github.com/(beego/beego(/v\d+/server/web)?|astaxie/beego)`,
	`github.com/kataras/iris(/v\d+)?`,
	`github.com/cloudwego/hertz/pkg/app/server`,
	`github.com/valyala/fasthttp`,
	`github.com/savsgio/atreugo(/v\d+)?`,
	`github.com/revel/revel`,
	`github.com/gobuffalo/buffalo`,
	`github.com/goravel/framework(/[a-z]+)?`,
	`github.com/gogf/gf(/v\d+)?/(frame/g|net/ghttp)`,
	`(github.com/go-macaron/macaron|gopkg.in/macaron.v\d+)`,
	`github.com/flamego/flamego`,
	`github.com/go-martini/martini`,
	`goji.io`,
	`github.com/emicklei/go-restful(/v\d+)?`,
	`github.com/labstack/echo(/v3)?`,
	`github.com/gofiber/fiber`,
	`github.com/pocketbase/pocketbase`,
	`encore.dev`,
}, "|") + `)$`)

// framework returns a package of the binary that imports a framework, and which.
func (w *world) framework(m *Main) (*pkg, string) {
	for _, p := range slices.Backward(programOf(w, w.pkgs[m.Path])) {
		if i := slices.IndexFunc(p.imports, frameworks.MatchString); i >= 0 {
			return p, p.imports[i]
		}
	}
	return nil, ""
}

// nothing says that no router was found, and which framework may be why.
func (p *Project) nothing(mains []*Main) string {
	for _, m := range mains {
		if pk, fw := p.world.framework(m); pk != nil {
			return fmt.Sprintf("%s serves with %s, which wsgen has no adapter for", pk.path, fw)
		}
	}
	return "nothing was found that serves HTTP with a router that wsgen knows"
}
