/** Short words in the corner: what was done, and what was refused. */
import { notifications } from '@mantine/notifications';
import { problemOf } from '@/api/client';
import { say } from '@/i18n';

export const told = (message: string) => notifications.show({ message, color: 'teal', autoClose: 3000 });

export const refused = (error: unknown) => {
  const problem = problemOf(error);
  notifications.show({ message: say(problem.text) || problem.detail, color: 'red', autoClose: 8000 });
};
