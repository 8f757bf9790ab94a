/** Payloads made smaller where it pays, bit for bit as they were afterwards. */
@NullMarked
package dev.weft.link.compression;

import org.jspecify.annotations.NullMarked;
