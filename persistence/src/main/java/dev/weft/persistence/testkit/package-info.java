/** A disk that loses, tears and flips by seed, time that stands, and a store with a witness. */
@NullMarked
package dev.weft.persistence.testkit;

import org.jspecify.annotations.NullMarked;
