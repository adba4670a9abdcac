/** The order that sets the city's level, decided on the level that stands at this moment. */
import { setStatus, status } from '../api/report';
import { toast } from './toast.svelte';
import { explain } from './work.svelte';

/** Set the level; the moment from which a report has it, or null when the desk refused. */
export async function setLevel(
  level: number,
  proposed: number,
  reason: string,
): Promise<string | null> {
  try {
    const { change } = await status();
    const { knownAt } = await setStatus({
      expect: change,
      level,
      proposed,
      ...(reason ? { reason } : {}),
    });
    toast.clear();
    return knownAt;
  } catch (error) {
    toast.show(explain(error));
    return null;
  }
}
