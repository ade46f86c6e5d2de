export const builder = {
  canvas: {
    label: 'Flow',
    minimap: 'The whole flow, small',
    insert: 'Add a step here',
    join: { any: 'Any of these', all: 'All of these', one: 'Whichever came' },
  },
  card: {
    trigger: 'Starts the flow',
    eachItem: 'for each item',
    items: '{{settled}} of {{count}}',
    itemsFailed: '{{failed}} failed',
    attempts_one: '{{count}} attempt',
    attempts_other: '{{count}} attempts',
    faults_one: '{{count}} thing to correct',
    faults_other: '{{count}} things to correct',
  },
  ports: {
    error: 'On error',
    approved: 'Approved',
    rejected: 'Rejected',
    timed_out: 'Timed out',
    otherwise: 'Otherwise',
    yes: 'Yes',
    no: 'No',
  },
};
