/** Manifests: what a person declares of stages, pipelines and nodes, read and checked. */
@NullMarked
package dev.weft.fabric.manifest;

import org.jspecify.annotations.NullMarked;
