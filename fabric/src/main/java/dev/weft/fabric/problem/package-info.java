/**
 * What is wrong in a manifest, where, and what was probably meant; and what something failed with.
 */
@NullMarked
package dev.weft.fabric.problem;

import org.jspecify.annotations.NullMarked;
