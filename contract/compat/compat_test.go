package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const testdata = "testdata"

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, name))
	require.NoError(t, err)
	return string(text)
}

func write(t *testing.T, file, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestChangesOfADocument(t *testing.T) {
	t.Parallel()
	base := read(t, "base.yaml")
	var cases []struct {
		Change, Old, New, Names string
		Breaking                bool
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "changes.yaml")), &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		t.Run(c.Change, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, 1, strings.Count(base, c.Old))
			after := write(t, filepath.Join(t.TempDir(), "openapi.yaml"), strings.Replace(base, c.Old, c.New, 1))
			changes, err := documentChanges(testdata+"/base.yaml", after)
			require.NoError(t, err)
			assert.Equal(t, c.Names != "", slices.ContainsFunc(changes, func(found change) bool { return found.subject == c.Names }), "%+v", changes)
			assert.Equal(t, c.Breaking, slices.ContainsFunc(changes, func(found change) bool { return found.breaking }), "%+v", changes)
		})
	}
}

func TestChangesOfTheGoAPI(t *testing.T) {
	t.Parallel()
	changes, err := apiChanges(t.Context(), testdata+"/before", testdata+"/after")
	require.NoError(t, err)
	verdicts := map[string]bool{}
	for _, c := range changes {
		verdicts[c.subject] = c.breaking
	}
	assert.Equal(t, map[string]bool{"small.Drop": true, "small.Make": true, "small.Thing.Colour": false, "small.(*Thing).Paint": false}, verdicts, "%+v", changes)
}

func TestChangelog(t *testing.T) {
	t.Parallel()
	before := "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `createKey` was broken\n  long ago.\n\n## 1.2.3 (2026-11-01)\n\n### Added\n\n- A thing.\n"
	log := compareChangelogs(before, strings.Replace(before, "### Breaking\n", "### Breaking\n\n- `keys.Client.Create`, which\n  returns more.\n", 1))
	assert.Equal(t, "v1.2.3", log.released)
	assert.Equal(t, 1, log.entries)
	assert.True(t, log.owns("keys.Client.Create"))
	assert.False(t, log.owns("createKey"), "an entry that was there before says nothing of this change")
	assert.False(t, log.owns("keys.Client"))
	assert.False(t, log.owns("Client.Create"), "a part of a name is another name")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		released          string
		breaking, changed bool
		want              string
	}{
		{"", true, true, "0.1.0, the first"},
		{"v0.1.2", false, false, "0.1.3, if anything"},
		{"v0.1.2", false, true, "0.2.0"},
		{"v0.1.2", true, true, "0.2.0"},
		{"v1.1.2", false, true, "1.2.0"},
		{"v1.1.2", true, true, "2.0.0"},
	} {
		assert.Equal(t, c.want, nextVersion(c.released, c.breaking, c.changed), "%+v", c)
	}
}

// repository is a git repository with a commit of a small project.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir+"/openapi.yaml", read(t, "base.yaml"))
	write(t, dir+"/go.mod", read(t, "before/go.mod"))
	require.NoError(t, os.Mkdir(dir+"/small", 0o700))
	write(t, dir+"/small/small.go", read(t, "before/small/small.go"))
	write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## 0.1.0\n")
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
	out, err := exec.CommandContext(context.Background(), "git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// TestABreakingChangeHasToBeOwnedUpTo goes the whole way in a repository.
func TestABreakingChangeHasToBeOwnedUpTo(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	write(t, dir+"/openapi.yaml", strings.Replace(read(t, "base.yaml"), "[red, blue]", "[red]", 1))
	write(t, dir+"/small/small.go", read(t, "after/small/small.go"))

	var out strings.Builder
	owned, err := run(t.Context(), &out, dir, "HEAD")
	require.NoError(t, err)
	assert.False(t, owned)
	assert.Contains(t, out.String(), "breaking    small.Drop: removed (CHANGELOG.md has no new entry")
	assert.Contains(t, out.String(), "compatible  small.Thing.Colour: added\n")
	assert.Contains(t, out.String(), "Semantic versioning asks for 0.2.0.\n")

	write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `makeThing` takes red alone.\n- `small.Make` takes a colour.\n\n## 0.1.0\n")
	owned, err = run(t.Context(), &out, dir, "HEAD")
	require.NoError(t, err)
	assert.False(t, owned, "small.Drop is still missing")

	write(t, dir+"/CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `makeThing` takes red alone.\n- `small.Make` takes a colour, `small.Drop` is gone.\n\n## 0.1.0\n")
	out.Reset()
	owned, err = run(t.Context(), &out, dir, "HEAD")
	require.NoError(t, err)
	assert.True(t, owned, out.String())
	assert.Contains(t, out.String(), "CHANGELOG.md gained 2 entries.\n")

	commit(t, dir)
	out.Reset()
	owned, err = run(t.Context(), &out, dir, "")
	require.NoError(t, err)
	assert.True(t, owned, "without a base it is the last commit before this one")
	assert.Contains(t, out.String(), "small.Drop")
}

func TestNothingToCompareWith(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	var out strings.Builder
	owned, err := run(t.Context(), &out, dir, "")
	require.NoError(t, err)
	assert.True(t, owned)
	assert.Equal(t, "There is no earlier commit here to compare with.\n", out.String())

	_, err = run(t.Context(), &out, dir, "v9")
	require.ErrorContains(t, err, `no commit "v9" here`)
}

func TestADocumentThatCantBeRead(t *testing.T) {
	t.Parallel()
	broken := write(t, filepath.Join(t.TempDir(), "openapi.yaml"), "openapi: [")
	_, err := documentChanges(testdata+"/base.yaml", broken)
	require.ErrorContains(t, err, broken)
}
