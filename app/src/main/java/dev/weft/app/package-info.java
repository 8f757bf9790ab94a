/** Placeholder until its first class. */
package dev.weft.app;
