/** Tests of the shape of the code itself. */
@NullMarked
package dev.weft.app.architecture;

import org.jspecify.annotations.NullMarked;
