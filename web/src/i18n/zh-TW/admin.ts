import type { admin as english } from '../en/admin';

export const admin = {
  who: {
    anonymous: '未登入',
    token: '權杖',
    tokenNamed: '權杖 {{name}}',
    link: '連結',
    linkNamed: '連結 {{name}}',
    cli: '命令列',
    cliNamed: '命令列（{{name}}）',
  },
} satisfies typeof english;
