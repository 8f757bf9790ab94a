/** Tests that hold the documentation to its word. */
@NullMarked
package dev.weft.app.documentation;

import org.jspecify.annotations.NullMarked;
