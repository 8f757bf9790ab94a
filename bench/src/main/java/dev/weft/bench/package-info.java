/** Placeholder until its first class. */
package dev.weft.bench;
