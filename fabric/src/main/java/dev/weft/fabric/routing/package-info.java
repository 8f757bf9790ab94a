/** Which way a frame goes: gates and splits, decided without side effects. */
@NullMarked
package dev.weft.fabric.routing;

import org.jspecify.annotations.NullMarked;
