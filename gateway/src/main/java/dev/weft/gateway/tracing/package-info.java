/** Requests as spans of their callers' traces, for OpenTelemetry. */
@NullMarked
package dev.weft.gateway.tracing;

import org.jspecify.annotations.NullMarked;
