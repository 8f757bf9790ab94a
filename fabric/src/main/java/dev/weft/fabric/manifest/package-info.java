/** What a person declares of stages, pipelines and nodes, as the rest of the code sees it. */
@NullMarked
package dev.weft.fabric.manifest;

import org.jspecify.annotations.NullMarked;
