/**
 * A disk that loses, tears and flips by seed, time that stands, a store with a witness, and what
 * was stored once.
 */
@NullMarked
package dev.weft.persistence.testkit;

import org.jspecify.annotations.NullMarked;
