/** Variants that came from other nodes: their files, kept over restarts, and how they come. */
@NullMarked
package dev.weft.app.brought;

import org.jspecify.annotations.NullMarked;
