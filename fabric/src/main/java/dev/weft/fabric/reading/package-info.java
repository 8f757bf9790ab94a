/** YAML files into manifests: every mistake is noted with its place, none stops the reading. */
@NullMarked
package dev.weft.fabric.reading;

import org.jspecify.annotations.NullMarked;
