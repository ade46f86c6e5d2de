export default function TestPanel(_: object) {
  return null;
}
