/** Virtual time, machines that are killed, and Akka's hooks onto both. */
@NullMarked
package dev.weft.sim.world;

import org.jspecify.annotations.NullMarked;
