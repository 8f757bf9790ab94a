/** What operators set flags to, by whom and why. */
@NullMarked
package dev.weft.fabric.flag;

import org.jspecify.annotations.NullMarked;
