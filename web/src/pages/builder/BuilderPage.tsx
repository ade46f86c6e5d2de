import { useParams } from '@tanstack/react-router';
import { Builder } from '@/builder/Builder';

export default function BuilderPage() {
  const { slug = '' } = useParams({ strict: false });
  return <Builder key={slug} slug={slug} />;
}
