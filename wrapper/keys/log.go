package keys

import (
	"context"
	"log/slog"
)

// logAttempt logs how an attempt ended, without headers and bodies.
func (c *Client) logAttempt(ctx context.Context, call *call, err error) {
	level := slog.LevelDebug
	if call.meta.Malformed != nil {
		level = slog.LevelWarn
	}
	if c.log.Enabled(ctx, level) {
		attrs := []slog.Attr{
			slog.String("operation", call.operation.ID), slog.Int("attempt", call.meta.Attempts),
			slog.Int("status", call.meta.StatusCode), slog.String("request_id", call.meta.RequestID),
		}
		if err != nil {
			attrs = append(attrs, slog.Any("error", err))
		}
		if call.meta.Malformed != nil {
			attrs = append(attrs, slog.Any("malformed", call.meta.Malformed))
		}
		c.log.LogAttrs(ctx, level, "keys: attempt", attrs...)
	}
}
