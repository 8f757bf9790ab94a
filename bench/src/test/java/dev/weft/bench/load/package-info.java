@NullMarked
package dev.weft.bench.load;

import org.jspecify.annotations.NullMarked;
