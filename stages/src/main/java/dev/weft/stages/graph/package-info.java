/** ONNX graphs in memory, to be looked through and rewritten node by node. */
@NullMarked
package dev.weft.stages.graph;

import org.jspecify.annotations.NullMarked;
