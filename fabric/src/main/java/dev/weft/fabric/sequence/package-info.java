/**
 * Frames that hand on state: one sequence's run one after the other, each on what the last left.
 */
@NullMarked
package dev.weft.fabric.sequence;

import org.jspecify.annotations.NullMarked;
