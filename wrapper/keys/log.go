package keys

import (
	"context"
	"log/slog"
)

// logAttempt tells the logger how an attempt ended, without headers or bodies.
func (c *Client) logAttempt(ctx context.Context, call *call, err error) {
	if !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", call.operation.ID), slog.Int("attempt", call.meta.Attempts),
		slog.Int("status", call.meta.StatusCode), slog.String("request_id", call.meta.RequestID),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "keys: attempt", attrs...)
}
