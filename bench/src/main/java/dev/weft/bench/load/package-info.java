/** Offered load: open and closed, what became of it, and whether the generator kept up. */
@NullMarked
package dev.weft.bench.load;

import org.jspecify.annotations.NullMarked;
