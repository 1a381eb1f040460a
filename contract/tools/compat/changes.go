package main

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

// A change is a change that users can notice.
type change struct {
	subject  string // What the changelog has to name: an operation, or a Go name like "keys.Client.Create".
	text     string
	breaking bool
}

// String returns the line of the report, like "breaking    keys.Client.Create: removed".
func (c change) String() string {
	kind := "compatible"
	if c.breaking {
		kind = "breaking"
	}
	return fmt.Sprintf("%-10s  %s: %s", kind, c.subject, c.text)
}

// documentChanges compares a document of two trees with oasdiff. What oasdiff calls a warning can break a program, and is
// breaking here, and so is that a response has less than it might have had: programs read it, and Go code no longer compiles.
func documentChanges(before, after, name string) ([]change, error) {
	older, err := loadDocument(before, name)
	if err != nil {
		return nil, fmt.Errorf("can't read the base's %s: %w", name, err)
	}
	newer, err := loadDocument(after, name)
	if err != nil {
		return nil, fmt.Errorf("can't read %s: %w", name, err)
	}
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), older, newer)
	if err != nil {
		return nil, fmt.Errorf("can't compare the documents: %w", err)
	}
	config := checker.NewConfig(checker.GetAllChecks(), checker.WithSeverityLevels(map[string]checker.Level{
		checker.ResponseOptionalPropertyRemovedId: checker.WARN, checker.OptionalResponseHeaderRemovedId: checker.WARN,
	}))
	var changes []change
	for _, found := range checker.CheckBackwardCompatibilityUntilLevel(config, report, sources, checker.INFO) {
		subject := found.GetOperationId()
		if subject == "" {
			subject = "info"
		}
		changes = append(changes, change{subject, found.GetUncolorizedText(checker.NewDefaultLocalizer()), found.IsBreaking()})
	}
	return changes, nil
}

func loadDocument(dir, name string) (*load.SpecInfo, error) {
	source := load.NewSource(filepath.Join(dir, name))
	return load.NewSpecInfo(openapi3.NewLoader(), source, load.WithFlattenParams(), load.WithLowercaseHeaders())
}

// apiChanges compares the exported Go API of two trees with apidiff. Its error says what to do about a tree that doesn't compile.
func apiChanges(ctx context.Context, before, after string) ([]change, error) {
	newer, err := loadModule(ctx, after)
	if err != nil {
		return nil, fmt.Errorf("in this tree, %w. Make it compile, then run make compat again to compare the Go API", err)
	}
	older, err := loadModule(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("in the base, %w. Set BASE to a commit that compiles, then run make compat again to compare the Go API", err)
	}
	var changes []change
	for _, found := range apidiff.ModuleChanges(older, newer).Changes {
		name, text, _ := strings.Cut(found.Message, ": ") // Like "./wrapper/keys.Client.Create: removed".
		// Of all additions, apidiff calls only those of methods to interfaces incompatible.
		addsGeneratedMethod := strings.HasPrefix(name, "./generated/") && text == "added"
		c := change{path.Base(name), text, !found.Compatible && !addsGeneratedMethod}
		if !slices.Contains(changes, c) { // A type that embeds an interface repeats the change of its method.
			changes = append(changes, c)
		}
	}
	return changes, nil
}

// own are the packages that are for this project alone, wherever they are: programs and contract can't import what is internal to wrapper.
var own = regexp.MustCompile(`/(?:internal|contract|wrapper/document|wrapper/memnet|wrapper/redact)(?:/|$)`)

// loadModule loads the packages of the tree in dir that other modules are to use: no programs, and none of this project's own.
func loadModule(ctx context.Context, dir string) (*apidiff.Module, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}, "./...")
	if err != nil {
		return nil, fmt.Errorf("the Go packages can't be loaded: %s", inTree(dir, err.Error()))
	}
	loaded = slices.DeleteFunc(loaded, func(p *packages.Package) bool {
		return p.Name == "main" || own.MatchString(p.PkgPath)
	})
	for p := range packages.Postorder(loaded) { // What a package imports comes first: its errors cause those of the package.
		var texts []string
		for _, err := range p.Errors[:min(2, len(p.Errors))] {
			texts = append(texts, inTree(dir, strings.TrimPrefix(err.Error(), "-: "))) // "-" is an unknown position.
		}
		if len(texts) > 0 {
			return nil, fmt.Errorf("package %s doesn't compile: %s", p.PkgPath, strings.Join(texts, "; "))
		}
	}
	module := &apidiff.Module{}
	for _, p := range loaded {
		module.Path = p.Module.Path
		module.Packages = append(module.Packages, p.Types)
	}
	return module, nil
}

// inTree returns message on one line, with its file names relative to dir.
func inTree(dir, message string) string {
	message = strings.ReplaceAll(message, dir+string(filepath.Separator), "")
	return strings.Join(strings.Fields(message), " ")
}
