/** Seeds that are run one after the other, and what is said of them. */
@NullMarked
package dev.weft.app.simulating;

import org.jspecify.annotations.NullMarked;
