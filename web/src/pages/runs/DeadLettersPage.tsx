export default function DeadLettersPage() {
  return null;
}
