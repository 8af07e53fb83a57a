import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/ui.css';
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterContextProvider, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './api/client.ts';
import { ScreenCatalogueContext } from './features/resources/screen.ts';
import { screenCatalogue } from './features/screens/screens.tsx';
import { paths } from './paths.ts';
import { createQueryClient } from './query-client.ts';
import { confirmPublishing } from './rollout/confirm-publishing.tsx';
import { createDashboardRouter } from './routes.tsx';

import { cssVariables, theme } from './ui/theme.ts';

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname === paths.signIn()) return;
  // An editor would ask whether to leave; there is nothing to decide, and it keeps its draft.
  void router.navigate({ to: paths.signIn(), search: { redirect: href }, ignoreBlocker: true });
});
const router = createDashboardRouter(queryClient);

client.confirmWith(confirmPublishing);

const host = document.getElementById('root');
if (!host) throw new Error('index.html has no element for the dashboard.');

createRoot(host).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ScreenCatalogueContext value={screenCatalogue}>
          {/* Dialogs and notifications hold links, so the router reaches around them. */}
          <RouterContextProvider router={router}>
            <ModalsProvider>
              {/* Away from the buttons that end a form. */}
              <Notifications position="bottom-left" />
              <RouterProvider router={router} />
            </ModalsProvider>
          </RouterContextProvider>
        </ScreenCatalogueContext>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
