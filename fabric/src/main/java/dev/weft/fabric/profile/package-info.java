/** How long stages take, learned while they run, and what that says of a frame's chances. */
@NullMarked
package dev.weft.fabric.profile;

import org.jspecify.annotations.NullMarked;
