package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// unpack writes the files of an archive of testdata into a directory.
func unpack(t *testing.T, name, dir string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(read(t, name))).Files {
		write(t, filepath.Join(dir, f.Name), string(f.Data))
	}
}

// replace replaces the only occurrence of old in a file.
func replace(t *testing.T, file, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), old), "%s: %q", file, old)
	write(t, file, strings.Replace(string(text), old, replacement, 1))
}

// lines returns the changes as the report has them.
func lines(changes []change) string {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.String() + "\n")
	}
	return b.String()
}

func TestChangesOfADocument(t *testing.T) {
	t.Parallel()
	before := t.TempDir()
	write(t, before+"/openapi.yaml", read(t, "base.yaml"))
	var cases []struct {
		Change, Old, New, Names string
		Breaking                bool
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "changes.yaml")), &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		t.Run(c.Change, func(t *testing.T) {
			t.Parallel()
			after := t.TempDir()
			write(t, after+"/openapi.yaml", read(t, "base.yaml"))
			replace(t, after+"/openapi.yaml", c.Old, c.New)
			changes, err := documentChanges(before, after, "openapi.yaml")
			require.NoError(t, err)
			assert.Equal(t, c.Names != "", slices.ContainsFunc(changes, func(found change) bool { return found.subject == c.Names }), lines(changes))
			assert.Equal(t, c.Breaking, slices.ContainsFunc(changes, func(found change) bool { return found.breaking }), lines(changes))
		})
	}
}

func TestOnlyMethodsAddedToGeneratedInterfacesAreCompatible(t *testing.T) {
	t.Parallel()
	before, after := t.TempDir(), t.TempDir()
	unpack(t, "before.txtar", before)
	unpack(t, "after.txtar", after)
	changes, err := apiChanges(t.Context(), before, after)
	require.NoError(t, err)
	assert.Equal(t, `compatible  server.ServerInterface.GetThing: added
breaking    server.ServerInterface.ListThings: removed
breaking    server.ServerInterface.MakeThing: changed from func(string) to func(string, string)
compatible  server.StrictServerInterface.GetThing: added
breaking    server.StrictServerInterface.sealed: added unexported method
breaking    server.Version: removed
breaking    small.Drop: removed
breaking    small.Make: changed from func(string) Thing to func(string, string) Thing
breaking    small.Store.Remove: added
compatible  small.(*Thing).Paint: added
compatible  small.Thing.Colour: added
`, lines(changes))
}

func TestChangelog(t *testing.T) {
	t.Parallel()
	before := "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `createKey` was broken\n  long ago.\n\n## 1.2.3 (2026-11-01)\n\n### Added\n\n- A thing.\n"
	log := compareChangelogs(before, strings.Replace(before, "### Breaking\n", "### Added\n\n- `keys.Client.Revoke` tells more.\n\n### Breaking\n\n- `keys.Client.Create`, which\n  returns more.\n", 1))
	assert.Equal(t, "1.2.3", log.released)
	assert.Len(t, log.added, 2)
	for _, c := range []struct {
		name         string
		change       change
		undocumented bool
	}{
		{"a new entry names the change", change{"keys.Client.Create", "removed", true}, false},
		{"a compatible change needs no entry", change{"keys.Client.List", "added", false}, false},
		{"an old entry says nothing of a new change", change{"createKey", "removed", true}, true},
		{"an entry under another heading doesn't count", change{"keys.Client.Revoke", "removed", true}, true},
		{"the start of a name is another name", change{"keys.Client", "removed", true}, true},
		{"the end of a name is another name", change{"Client.Create", "removed", true}, true},
	} {
		assert.Equal(t, c.undocumented, log.undocumented(c.change), c.name)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		released          string
		breaking, changed bool
		want              string
	}{
		{"the first version", "", true, true, "0.1.0, the first"},
		{"no change before 1.0", "0.1.2", false, false, "0.1.3, if anything"},
		{"a compatible change before 1.0", "0.1.2", false, true, "0.2.0"},
		{"a breaking change before 1.0", "0.1.2", true, true, "0.2.0"},
		{"no change after 1.0", "1.1.2", false, false, "1.1.3, if anything"},
		{"a compatible change after 1.0", "1.1.2", false, true, "1.2.0"},
		{"a compatible change after nine others", "1.9.0", false, true, "1.10.0"},
		{"a breaking change after 1.0", "1.1.2", true, true, "2.0.0"},
	} {
		assert.Equal(t, c.want, nextVersion(c.released, c.breaking, c.changed), c.name)
	}
}

// repository makes a git repository with a commit of a small project, changed by edits.
func repository(t *testing.T, edits ...func(*testing.T, string)) string {
	t.Helper()
	dir := t.TempDir()
	unpack(t, "before.txtar", dir)
	write(t, dir+"/openapi.yaml", read(t, "base.yaml"))
	write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## 0.1.0\n")
	for _, edit := range edits {
		edit(t, dir)
	}
	inGit(t, dir, "init", "-q")
	commit(t, dir)
	return dir
}

func commit(t *testing.T, dir string) {
	t.Helper()
	inGit(t, dir, "add", "-A")
	inGit(t, dir, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "m")
}

func inGit(t *testing.T, dir string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// addOperation adds a GET operation to openapi.yaml.
func addOperation(t *testing.T, dir string) {
	t.Helper()
	write(t, dir+"/openapi.yaml", read(t, "base.yaml")+`  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200': {description: The thing.}
`)
}

func TestANewOperationIsCompatibleAndAsksForAMinorVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ released, want string }{
		{"0.1.2", "0.2.0"},
		{"1.2.3", "1.3.0"},
	} {
		t.Run("after "+c.released, func(t *testing.T) {
			t.Parallel()
			dir := repository(t, func(t *testing.T, dir string) {
				t.Helper()
				write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## "+c.released+"\n")
			})
			addOperation(t, dir)
			server := dir + "/generated/server/server.go"
			replace(t, server, "\tMakeThing(name string)\n", "\tMakeThing(name string)\n\tGetThing(id string) string\n")
			replace(t, server, "\tListThings() ([]string, error)\n", "\tListThings() ([]string, error)\n\tGetThing(id string) (string, error)\n")

			report, err := run(t.Context(), dir, "HEAD")
			require.NoError(t, err)
			_, report, _ = strings.Cut(report, "\n")
			assert.Equal(t, `
openapi.yaml: 1 change
  compatible  getThing: endpoint added

Go API: 2 changes
  compatible  server.ServerInterface.GetThing: added
  compatible  server.StrictServerInterface.GetThing: added

CHANGELOG.md gained 0 entries.
Semantic versioning asks for `+c.want+`.
`, report)
		})
	}
}

func TestTheDocumentIsComparedThoughGoCodeDoesNotCompile(t *testing.T) {
	t.Parallel()
	const (
		fixTree    = "Make it compile, then run make compat again to compare the Go API.\n"
		chooseBase = "Set BASE to a commit that compiles, then run make compat again to compare the Go API.\n"
	)
	inSmall := func(code string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			write(t, dir+"/small/broken.go", "package small\n\n"+code)
		}
	}
	for _, c := range []struct {
		name       string
		base, tree func(*testing.T, string)
		want       string
	}{
		{
			name: "an error of types",
			tree: inSmall("var a = b\n"),
			want: "in this tree, package example.com/small/small doesn't compile: small/broken.go:3:9: undefined: b. " + fixTree,
		},
		{
			name: "more than two errors",
			tree: inSmall("var a = b\nvar c = d\nvar e = f\nvar g = h\n"),
			want: "in this tree, package example.com/small/small doesn't compile: small/broken.go:3:9: undefined: b; " +
				"small/broken.go:4:9: undefined: d. " + fixTree,
		},
		{
			name: "an error of syntax",
			tree: inSmall("func\n"),
			want: "in this tree, package example.com/small/small doesn't compile: small/broken.go:3:6: expected '(', found 'EOF'; ",
		},
		{
			name: "a directory with two packages",
			tree: func(t *testing.T, dir string) {
				t.Helper()
				write(t, dir+"/small/other.go", "package other\n")
			},
			want: "in this tree, package example.com/small/small doesn't compile: found packages other (other.go) and small (small.go) in small; ",
		},
		{
			name: "a module that is missing",
			tree: inSmall("import _ \"example.com/missing\"\n"),
			want: "in this tree, package example.com/missing doesn't compile: small/broken.go:3:8: no required module provides package " +
				"example.com/missing; to add it: go get example.com/missing. " + fixTree,
		},
		{
			name: "a package that others import is named before them",
			tree: func(t *testing.T, dir string) {
				t.Helper()
				replace(t, dir+"/small/small.go", "type Thing struct{ Name string }", "type Thing strukt")
				write(t, dir+"/a/a.go", "package a\n\nimport \"example.com/small/small\"\n\nvar A = small.Thing{}.Name\n")
			},
			want: "in this tree, package example.com/small/small doesn't compile: small/small.go:5:12: undefined: strukt",
		},
		{
			name: "a broken go.mod",
			tree: func(t *testing.T, dir string) {
				t.Helper()
				write(t, dir+"/go.mod", "modul example.com/small\n")
			},
			want: "in this tree, the Go packages can't be loaded: ",
		},
		{
			name: "a base that doesn't compile",
			base: inSmall("var a = b\n"),
			tree: inSmall("var a = 1\n"),
			want: "in the base, package example.com/small/small doesn't compile: small/broken.go:3:9: undefined: b. " + chooseBase,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var edits []func(*testing.T, string)
			if c.base != nil {
				edits = append(edits, c.base)
			}
			dir := repository(t, edits...)
			addOperation(t, dir)
			c.tree(t, dir)

			report, err := run(t.Context(), dir, "HEAD")
			require.ErrorIs(t, err, errNotCompared)
			document, api, found := strings.Cut(report, "\nGo API: not compared, because ")
			require.True(t, found, report)
			assert.Contains(t, document, "\nopenapi.yaml: 1 change\n  compatible  getThing: endpoint added\n")
			assert.Contains(t, api, c.want)
			assert.Equal(t, 1, strings.Count(api, "\n"), "one paragraph: %s", api)
			assert.NotContains(t, report, os.TempDir(), "file names are relative to the tree")
		})
	}
}

func TestAProgramThatDoesNotCompileIsNoPartOfTheGoAPI(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	write(t, dir+"/cmd/tool/main.go", "package main\n\nfunc main() { missing() }\n")
	report, err := run(t.Context(), dir, "HEAD")
	require.NoError(t, err)
	assert.Contains(t, report, "\nGo API: 0 changes\n")
}

func TestABreakingChangeMustBeInTheChangelog(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	replace(t, dir+"/openapi.yaml", "[red, blue]", "[red]")
	replace(t, dir+"/small/small.go", "\n// Drop drops a thing.\nfunc Drop(Thing) {}\n", "")
	replace(t, dir+"/small/small.go", "struct{ Name string }", "struct{ Name, Colour string }")

	report, err := run(t.Context(), dir, "HEAD")
	require.ErrorIs(t, err, errUndocumented)
	assert.Contains(t, report, "breaking    small.Drop: removed (CHANGELOG.md has no new entry under \"### Breaking\" that names small.Drop)\n")
	assert.Contains(t, report, "compatible  small.Thing.Colour: added\n")
	assert.Contains(t, report, "Semantic versioning asks for 0.2.0.\n")

	write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `makeThing` takes red alone.\n\n## 0.1.0\n")
	_, err = run(t.Context(), dir, "HEAD")
	require.ErrorIs(t, err, errUndocumented, "small.Drop is still missing")

	write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `makeThing` takes red alone.\n- `small.Drop` is gone.\n\n## 0.1.0\n")
	report, err = run(t.Context(), dir, "HEAD")
	require.NoError(t, err, report)
	assert.Contains(t, report, "small.Drop: removed (documented in CHANGELOG.md)\n")
	assert.Contains(t, report, "CHANGELOG.md gained 2 entries.\n")

	commit(t, dir)
	report, err = run(t.Context(), dir, "")
	require.NoError(t, err)
	assert.Contains(t, report, "small.Drop", "without a base, it compares with the commit before HEAD")
}

func TestABreakingChangeOfTheControlAPIMustBeInTheChangelog(t *testing.T) {
	t.Parallel()
	const document = "cmd/keysmock/control.yaml"
	dir := repository(t, func(t *testing.T, dir string) {
		t.Helper()
		write(t, filepath.Join(dir, document), read(t, "base.yaml"))
	})
	replace(t, filepath.Join(dir, document), "[red, blue]", "[red]")
	report, err := run(t.Context(), dir, "HEAD")
	require.ErrorIs(t, err, errUndocumented)
	assert.Contains(t, report, "\nopenapi.yaml: 0 changes\n\n"+document+": 2 changes\n  breaking    makeThing: ")
	assert.Contains(t, report, "Semantic versioning asks for 0.2.0.\n")
}

func TestADocumentThatTheBaseLacksIsNew(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	write(t, dir+"/cmd/keysmock/control.yaml", read(t, "base.yaml"))
	report, err := run(t.Context(), dir, "HEAD")
	require.NoError(t, err)
	assert.NotContains(t, report, "control.yaml")
}

func TestNothingToCompareWith(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	report, err := run(t.Context(), dir, "")
	require.NoError(t, err)
	assert.Equal(t, "There is no earlier commit here to compare with.\n", report)

	_, err = run(t.Context(), dir, "v9")
	require.ErrorContains(t, err, `there is no commit "v9" here`)
}

func TestADocumentThatCantBeReadIsNamed(t *testing.T) {
	t.Parallel()
	good, broken := t.TempDir(), t.TempDir()
	write(t, good+"/openapi.yaml", read(t, "base.yaml"))
	write(t, broken+"/openapi.yaml", "openapi: [")
	_, err := documentChanges(good, broken, "openapi.yaml")
	require.ErrorContains(t, err, "can't read openapi.yaml: ")
	_, err = documentChanges(broken, good, "openapi.yaml")
	require.ErrorContains(t, err, "can't read the base's openapi.yaml: ")
}
