/** Inference loops: whose turn it is on a thread, what runs there, and what has been too long. */
@NullMarked
package dev.weft.fabric.loop;

import org.jspecify.annotations.NullMarked;
