package main

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

// change is a change that users can notice.
type change struct {
	subject  string // What a changelog has to name: an operation, or a Go name like "keys.Client.Create".
	text     string
	breaking bool
}

// documentChanges compares two documents by oasdiff; what it calls a warning may break somebody, and counts as breaking.
func documentChanges(before, after string) ([]change, error) {
	var specs [2]*load.SpecInfo
	for i, file := range []string{before, after} {
		spec, err := load.NewSpecInfo(openapi3.NewLoader(), load.NewSource(file), load.WithFlattenParams(), load.WithLowercaseHeaders())
		if err != nil {
			return nil, fmt.Errorf("can't read %s: %w", file, err)
		}
		specs[i] = spec
	}
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), specs[0], specs[1])
	if err != nil {
		return nil, fmt.Errorf("can't compare the documents: %w", err)
	}
	localizer := checker.NewDefaultLocalizer()
	var changes []change
	for _, found := range checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), report, sources, checker.INFO) {
		subject := found.GetOperationId()
		if subject == "" {
			subject = "info"
		}
		changes = append(changes, change{subject, found.GetUncolorizedText(localizer), found.IsBreaking()})
	}
	return changes, nil
}

// apiChanges compares the exported Go API of two trees by apidiff.
func apiChanges(ctx context.Context, before, after string) ([]change, error) {
	var modules [2]*apidiff.Module
	for i, dir := range []string{before, after} {
		module, err := loadModule(ctx, dir)
		if err != nil {
			return nil, err
		}
		modules[i] = module
	}
	var changes []change
	for _, found := range apidiff.ModuleChanges(modules[0], modules[1]).Changes {
		name, text, _ := strings.Cut(found.Message, ": ") // Like "./wrapper/keys.Client.Create: removed".
		changes = append(changes, change{path.Base(name), text, !found.Compatible})
	}
	return changes, nil
}

// loadModule reads the packages that others can import.
func loadModule(ctx context.Context, dir string) (*apidiff.Module, error) {
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}, "./...")
	if err != nil {
		return nil, fmt.Errorf("can't load the packages: %w", err)
	}
	module := &apidiff.Module{}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, errors.Join(fmt.Errorf("can't load %s", p.PkgPath), p.Errors[0])
		}
		if p.Name == "main" || slices.Contains(strings.Split(p.PkgPath, "/"), "internal") {
			continue
		}
		module.Path = p.Module.Path
		module.Packages = append(module.Packages, p.Types)
	}
	slices.SortFunc(module.Packages, func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
	return module, nil
}
