/** What is wrong in a manifest, where, and what was probably meant. */
@NullMarked
package dev.weft.fabric.problem;

import org.jspecify.annotations.NullMarked;
