/** Traces on the command line: where they lie, what they hold, and replaying them. */
@NullMarked
package dev.weft.app.tracing;

import org.jspecify.annotations.NullMarked;
