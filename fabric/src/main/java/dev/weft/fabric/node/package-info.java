/** One node: its inference loops, its settings, and the actor at the root. */
@NullMarked
package dev.weft.fabric.node;

import org.jspecify.annotations.NullMarked;
