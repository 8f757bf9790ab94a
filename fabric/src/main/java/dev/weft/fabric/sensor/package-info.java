/** What the machine tells of its heat and of the energy that it takes, where it does. */
@NullMarked
package dev.weft.fabric.sensor;

import org.jspecify.annotations.NullMarked;
