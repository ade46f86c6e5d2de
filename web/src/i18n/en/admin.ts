export const admin = {
  who: {
    anonymous: 'Nobody signed in',
    token: 'A token',
    tokenNamed: 'Token {{name}}',
    link: 'A link',
    linkNamed: 'Link {{name}}',
    cli: 'Command line',
    cliNamed: 'Command line ({{name}})',
  },
};
