/** The ways a command ends badly through no fault of Weft's. */
@NullMarked
package dev.weft.app.failure;

import org.jspecify.annotations.NullMarked;
