/** Processes that a bench starts beside its own. */
@NullMarked
package dev.weft.bench.process;

import org.jspecify.annotations.NullMarked;
