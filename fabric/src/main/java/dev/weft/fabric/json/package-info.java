/** JSON as plain values, read and written within bounds. */
@NullMarked
package dev.weft.fabric.json;

import org.jspecify.annotations.NullMarked;
