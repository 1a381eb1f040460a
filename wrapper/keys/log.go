package keys

import (
	"context"
	"log/slog"
)

// logAttempt logs how an attempt ended, without headers and bodies.
func (c *Client) logAttempt(ctx context.Context, call *call, err error) {
	if c.log.Enabled(ctx, slog.LevelDebug) {
		attrs := []slog.Attr{
			slog.String("operation", call.operation.ID), slog.Int("attempt", call.meta.Attempts),
			slog.Int("status", call.meta.StatusCode), slog.String("request_id", call.meta.RequestID),
		}
		if err != nil {
			attrs = append(attrs, slog.Any("error", err))
		}
		c.log.LogAttrs(ctx, slog.LevelDebug, "keys: attempt", attrs...)
	}
}
