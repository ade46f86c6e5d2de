export default function ConnectorsPage() {
  return null;
}
