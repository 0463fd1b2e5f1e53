/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/step.h"

#include "limits.h"

void step_add(struct steps *steps, struct step step)
{
	if (!steps)
		return;
	if (steps->count >= LIMIT_STEPS) {
		steps->dropped++;
		return;
	}
	*ARENA_PUSH(steps->arena, steps->items, steps->count, steps->cap) = step;
}
