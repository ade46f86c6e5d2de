export default function IncomingPage() {
  return null;
}
