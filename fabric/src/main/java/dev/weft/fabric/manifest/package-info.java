/**
 * What a person declares of stages, pipelines, nodes and rollouts, as the rest of the code sees it.
 */
@NullMarked
package dev.weft.fabric.manifest;

import org.jspecify.annotations.NullMarked;
