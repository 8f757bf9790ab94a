/** Running recorded frames again, and telling what came out differently. */
@NullMarked
package dev.weft.fabric.replay;

import org.jspecify.annotations.NullMarked;
