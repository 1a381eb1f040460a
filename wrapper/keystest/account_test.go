package keystest_test

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAccountsShareNothing(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(1), keystest.WithTier("internal"))
	other, err := mock.NewAccount(keystest.WithKeys(2), keystest.WithSeed(1))
	require.NoError(t, err)
	client := as(t, mock, types.NewSecret(other.APIKey))

	list, err := client.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 2)
	created, err := client.Create(t.Context(), keys.CreateParams{Name: "theirs"})
	require.NoError(t, err)
	assert.Len(t, mock.Keys(), 1)
	assert.Len(t, other.Keys(), 3)
	own, err := as(t, mock, created.Key).List(t.Context())
	require.NoError(t, err)
	assert.Len(t, own, 3, "a minted key belongs to its account")

	mock.Inject(keystest.Fault{Status: 500})
	_, err = client.List(t.Context())
	require.NoError(t, err, "a fault belongs to an account")
	_, err = client.CreatePartner(t.Context(), keys.PartnerParams{PartnerRef: "r"})
	require.ErrorIs(t, err, keys.ErrForbidden, "so does the tier")
	mock.AssertCalls(t, "", 0)
	other.AssertCalls(t, "", 5)
	assert.Equal(t, "req_2_000001", other.Requests()[0].ID, "requests' ids tell accounts apart")

	assert.Same(t, other, mock.AccountOf(other.APIKey))
	assert.Same(t, other, mock.AccountOf(created.Key.Reveal()))
	assert.Same(t, mock.Accounts()[0], mock.AccountOf(mock.APIKey))
	assert.Nil(t, mock.AccountOf("qai_unknown"))
	require.Len(t, mock.Accounts(), 2)
	assert.Equal(t, mock.APIKey, mock.Accounts()[0].APIKey)
	assert.Same(t, other, mock.Accounts()[1])

	other.Reset()
	_, err = as(t, mock, created.Key).List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
	_, err = client.List(t.Context())
	require.NoError(t, err)
	_, err = once(mock).List(t.Context())
	require.ErrorIs(t, err, keys.ErrServer, "the first account's fault is still there")
}

func TestAnAccountsKeyIsItsOwn(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_one"))
	_, err := mock.NewAccount(keystest.WithAPIKey("qai_one"))
	require.ErrorContains(t, err, "API key")
	_, err = mock.NewAccount(keystest.WithAPIKey("qai_two"))
	require.NoError(t, err)
}

func TestAFaultThatARequestAsksFor(t *testing.T) {
	t.Parallel()
	invalid := func(message string) keys.Error {
		return keys.Error{StatusCode: 400, Code: "invalid_request", Type: "invalid_request", Message: "X-Mock-Fault: " + message}
	}
	for header, c := range map[string]struct {
		made int
		is   error
		want keys.Error
	}{
		"status=503;after":                       {1, keys.ErrOutcomeUnknown, keys.Error{StatusCode: 503, Code: "internal", Type: "internal", Message: "injected by the test"}},
		"status=402 ; flat ;code=C; message=a b": {0, keys.ErrInsufficientBalance, keys.Error{StatusCode: 402, Code: "C", Message: "a b"}},
		"status=429;retry-after=1.5":             {0, keys.ErrRateLimited, keys.Error{StatusCode: 429, Code: "rate_limit", Type: "rate_limit", Message: "injected by the test", RetryAfter: 2 * time.Second}},
		"drop;after":                             {1, keys.ErrOutcomeUnknown, keys.Error{}},
		"drop":                                   {0, keys.ErrOutcomeUnknown, keys.Error{}},
		"truncate=10":                            {1, keys.ErrOutcomeUnknown, keys.Error{}},
		"body=nonsense":                          {0, keys.ErrDecode, keys.Error{}},
		"delay=0.001":                            {1, nil, keys.Error{}},
		"delay=1e-3":                             {1, nil, keys.Error{}},
		"status=0503":                            {0, keys.ErrServer, keys.Error{StatusCode: 503, Code: "internal", Type: "internal", Message: "injected by the test"}},
		"status=42":                              {0, keys.ErrInvalidRequest, invalid("status 42 isn't from 200 to 599")},
		"status=0x1f7":                           {0, keys.ErrInvalidRequest, invalid(`status: "0x1f7" isn't a whole number`)},
		"status":                                 {0, keys.ErrInvalidRequest, invalid("status needs a value")},
		"nonsense":                               {0, keys.ErrInvalidRequest, invalid(`there is no "nonsense": use after, body, code, delay, dribble, drop, empty, every, flat, garble, gzip, jitter, message, probability, raw, reset, retry-after, stall, status, truncate`)},
		"drop;":                                  {0, keys.ErrInvalidRequest, invalid(`there is no "": use after, body, code, delay, dribble, drop, empty, every, flat, garble, gzip, jitter, message, probability, raw, reset, retry-after, stall, status, truncate`)},
		"drop=T":                                 {0, keys.ErrInvalidRequest, invalid("drop takes no value")},
		"after=":                                 {0, keys.ErrInvalidRequest, invalid("after takes no value")},
		"body":                                   {0, keys.ErrInvalidRequest, invalid("body needs a value")},
		"code=":                                  {0, keys.ErrInvalidRequest, invalid("code needs a value")},
		"message":                                {0, keys.ErrInvalidRequest, invalid("message needs a value")},
		"delay":                                  {0, keys.ErrInvalidRequest, invalid("delay needs a value")},
		"delay=1m":                               {0, keys.ErrInvalidRequest, invalid(`delay: "1m" isn't a number of seconds from 0 to 9223372036`)},
		"delay=-1":                               {0, keys.ErrInvalidRequest, invalid(`delay: "-1" isn't a number of seconds from 0 to 9223372036`)},
		"delay=1e10":                             {0, keys.ErrInvalidRequest, invalid(`delay: "1e10" isn't a number of seconds from 0 to 9223372036`)},
		"retry-after=1m30":                       {0, keys.ErrInvalidRequest, invalid(`retry-after: "1m30" isn't a number of seconds from 0 to 9223372036`)},
		"retry-after=NaN":                        {0, keys.ErrInvalidRequest, invalid(`retry-after: "NaN" isn't a number of seconds from 0 to 9223372036`)},
		"truncate=5;stall;dribble=x":             {0, keys.ErrInvalidRequest, invalid(`dribble: "x" isn't a whole number`)},
		"raw=nonsense":                           {0, keys.ErrOutcomeUnknown, keys.Error{}},
		"drop;reset;after":                       {1, keys.ErrOutcomeUnknown, keys.Error{}},
		"truncate=5;dribble=1;every=0.001":       {1, keys.ErrOutcomeUnknown, keys.Error{}},
		"garble=details":                         {1, keys.ErrDecode, keys.Error{}},
		"gzip=1;jitter=0.001":                    {1, nil, keys.Error{}},
		"status=500;probability=1e-9":            {1, nil, keys.Error{}},
		"drop;probability=2":                     {0, keys.ErrInvalidRequest, invalid("probability: 2 isn't from 0 to 1")},
		"drop;probability=x":                     {0, keys.ErrInvalidRequest, invalid(`probability: "x" isn't a number`)},
		"stall":                                  {0, keys.ErrInvalidRequest, invalid("stall: it has no effect without drop, which sends nothing, or truncate, which sends a part")},
		"status=503;status=429":                  {0, keys.ErrInvalidRequest, invalid("status is there twice")},
		"drop;after;drop":                        {0, keys.ErrInvalidRequest, invalid("drop is there twice")},
		"status=503;delay=1e-12":                 {0, keys.ErrInvalidRequest, invalid(`delay: "1e-12" is less than half a nanosecond`)},
		"drop;retry-after=1":                     {0, keys.ErrInvalidRequest, invalid("retry-after: it has no effect without a status")},
		"drop;every=1":                           {0, keys.ErrInvalidRequest, invalid("every: it has no effect without dribble")},
		"drop;stall;delay=1":                     {0, keys.ErrInvalidRequest, invalid("delay: it has no effect beside drop and stall, which never respond")},
		someKey:                                  {0, keys.ErrInvalidRequest, invalid(`there is no "[redacted]": use after, body, code, delay, dribble, drop, empty, every, flat, garble, gzip, jitter, message, probability, raw, reset, retry-after, stall, status, truncate`)},
		"after":                                  {0, keys.ErrInvalidRequest, invalid("it has no effect: set what goes wrong, like a status or drop")},
		"truncate=x":                             {0, keys.ErrInvalidRequest, invalid(`truncate: "x" isn't a whole number`)},
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t)
			asking := mock.Client(keys.WithRetry(keys.RetryPolicy{}), keys.WithHeader("X-Mock-Fault", header))
			_, err := asking.Create(t.Context(), keys.CreateParams{Name: "ci"})
			assert.Len(t, mock.Keys(), c.made)
			if c.is == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.is)
			var apiErr *keys.Error
			if c.want.StatusCode != 0 {
				require.ErrorAs(t, err, &apiErr)
				c.want.Operation, c.want.RequestID = "createKey", mock.Requests()[0].ID
				assert.Equal(t, &c.want, apiErr)
			}
			_, err = once(mock).List(t.Context())
			require.NoError(t, err, "other requests don't meet it")
		})
	}
}

func TestParallelTestsOnOneServer(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for i := range 8 {
		account, err := mock.NewAccount()
		require.NoError(t, err)
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			client := as(t, mock, types.NewSecret(account.APIKey))
			for n := range 5 {
				account.Inject(keystest.Fault{Status: http.StatusForbidden})
				_, err := client.List(t.Context())
				require.ErrorIs(t, err, keys.ErrForbidden)
				_, err = client.Create(t.Context(), keys.CreateParams{Name: "ci"})
				require.NoError(t, err)
				assert.Len(t, account.Keys(), n+1)
			}
			assert.Len(t, account.Requests(), 10)
		})
	}
}

func TestAnAccountHasTheHandlersClock(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewHandler(clock.option())
	account, err := mock.NewAccount(keystest.WithKeys(1), keystest.WithClock(time.Now))
	require.NoError(t, err)
	assert.Equal(t, clock.now, account.Keys()[0].CreatedAt)
}

// TestAKeyInPlaceOfAnIDIsNotPrinted: Create returns both, and a test may take one for the other.
func TestAKeyInPlaceOfAnIDIsNotPrinted(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithAPIKey("qai_account"))
	minted := mint(t, mock, keys.CreateParams{Name: "ci"}).Key.Reveal()
	for _, credential := range []string{mock.APIKey, minted} {
		require.EqualError(t, mock.Use(credential, 1), `keystest: there is no key with the id "[redacted]"`)
	}
	require.EqualError(t, mock.Use("key_09", 1), `keystest: there is no key with the id "key_09"`)
}

func TestUsesThatOverflowAreRefused(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(1))
	require.NoError(t, mock.Use("key_01", math.MaxInt64-1, keystest.WithTokens(math.MaxInt64-1, math.MaxInt64-1)))
	require.NoError(t, mock.Use("key_01", 1, keystest.WithTokens(1, 1)))
	require.ErrorContains(t, mock.Use("key_01", 1), "larger than an int64")
	require.ErrorContains(t, mock.Use("key_01", 0, keystest.WithTokens(1, 0)), "larger than an int64")
	require.ErrorContains(t, mock.Use("key_01", 0, keystest.WithTokens(0, 1)), "larger than an int64")
	assert.Equal(t, types.Ticks(math.MaxInt64), mock.Keys()[0].SpentTicks)
	usage, err := mock.Client().Usage(t.Context(), "key_01")
	require.NoError(t, err)
	require.Len(t, usage.Days, 1)
	assert.Equal(t, int64(2), usage.Days[0].Requests, "the refused ones aren't recorded")
}

// TestUsesAreBounded tests that a key takes little memory however often it is used.
func TestUsesAreBounded(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, keystest.WithKeys(1), clock.option())
	for i := range 1_000 {
		clock.now = clock.now.AddDate(0, 0, i%2)
		require.NoError(t, mock.Use("key_01", 1, keystest.WithModel(strconv.Itoa(i))))
	}
	require.ErrorContains(t, mock.Use("key_01", 1, keystest.WithModel("another")), "1000 uses of another day or model")
	require.ErrorContains(t, mock.Use("key_01", 1, keystest.WithModel(strings.Repeat("x", 257))), "longer than 256 bytes")
	for range 1_000 {
		require.NoError(t, mock.Use("key_01", 1, keystest.WithModel("999"), keystest.WithTokens(2, 3)))
	}
	assert.Equal(t, types.Ticks(2_000), mock.Keys()[0].SpentTicks)
	usage, err := mock.Client().Usage(t.Context(), "key_01")
	require.NoError(t, err)
	require.Len(t, usage.Models, 1_000)
	last := usage.Days[len(usage.Days)-1]
	assert.Equal(t, int64(1_001), last.Requests)
	assert.Equal(t, int64(2_000), last.InputTokens)
	assert.Equal(t, int64(3_000), last.OutputTokens)
}
