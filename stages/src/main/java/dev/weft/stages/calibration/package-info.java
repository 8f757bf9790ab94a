/** What the tensors inside a model hold when it runs on recorded inputs. */
@NullMarked
package dev.weft.stages.calibration;

import org.jspecify.annotations.NullMarked;
