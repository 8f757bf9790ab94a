/** Joins by event time: inputs that arrive one by one, and askew, become frames. */
@NullMarked
package dev.weft.fabric.pairing;

import org.jspecify.annotations.NullMarked;
